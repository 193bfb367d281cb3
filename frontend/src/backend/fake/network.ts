import type { Backend } from '../backend';
import { unanswered } from './unanswered';

export const network: Backend['network'] = unanswered({});
