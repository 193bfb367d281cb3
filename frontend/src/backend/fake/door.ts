import type { Backend } from '../backend';
import { unanswered } from './unanswered';

export const door: Backend['door'] = unanswered({});
