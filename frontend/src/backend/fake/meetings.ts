import type { Backend } from '../backend';
import { unanswered } from './unanswered';

export const meetings: Backend['meetings'] = unanswered({});
