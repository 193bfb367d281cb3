/** Errors from Go as the window treats them: one table from the stable code to what to show and offer. */

/** How loud: `note` is information, `wait` waits for something outside, `bad` was refused. */
export type Severity = 'note' | 'wait' | 'bad';
/** What the person can do right here: the button beside the sentence. */
export type Action = 'none' | 'retry' | 'reload' | 'choose-file' | 'network' | 'settings';

interface Treatment {
  severity: Severity;
  action: Action;
}

const otherwise: Treatment = { severity: 'bad', action: 'none' };

const table: Record<string, Treatment> = {
  // Nothing is wrong; it is only said.
  cancelled: { severity: 'note', action: 'none' },
  not_built: { severity: 'note', action: 'none' },
  laptop_pending: { severity: 'note', action: 'none' },
  no_network: { severity: 'note', action: 'network' },
  no_remote: { severity: 'note', action: 'network' },
  // Waits for something outside, or for the other program.
  timeout: { severity: 'wait', action: 'retry' },
  lan_deaf: { severity: 'wait', action: 'retry' },
  lan_not_here: { severity: 'wait', action: 'retry' },
  bucket_unreachable: { severity: 'wait', action: 'retry' },
  home_in_use: { severity: 'wait', action: 'retry' },
  keychain_unavailable: { severity: 'wait', action: 'retry' },
  unknown_id: { severity: 'wait', action: 'reload' },
  unknown_change: { severity: 'wait', action: 'reload' },
  unknown_conflict: { severity: 'wait', action: 'reload' },
  // The place of exchange is to be set right.
  bucket_stranger: { severity: 'bad', action: 'network' },
  ca_unreadable: { severity: 'bad', action: 'network' },
  bucket_missing: { severity: 'bad', action: 'network' },
  bucket_refused: { severity: 'bad', action: 'network' },
  bucket_keys_expired: { severity: 'bad', action: 'network' },
  bucket_certificate: { severity: 'bad', action: 'network' },
  bucket_full: { severity: 'bad', action: 'network' },
  bucket_read_only: { severity: 'bad', action: 'network' },
  credentials_missing: { severity: 'bad', action: 'network' },
  // The mail server or the bucket answers later.
  smtp_unreachable: { severity: 'wait', action: 'retry' },
  smtp_slow: { severity: 'wait', action: 'retry' },
  mail_claim_waits: { severity: 'wait', action: 'retry' },
  mailbox_unreachable: { severity: 'wait', action: 'retry' },
  mail_plan_changed: { severity: 'wait', action: 'none' },
  // Another file will do.
  upload_gone: { severity: 'bad', action: 'choose-file' },
  file_too_large: { severity: 'bad', action: 'choose-file' },
  file_unreadable: { severity: 'bad', action: 'choose-file' },
  file_not_read: { severity: 'bad', action: 'choose-file' },
  empty_file: { severity: 'bad', action: 'choose-file' },
  bad_file: { severity: 'bad', action: 'choose-file' },
  row_too_long: { severity: 'bad', action: 'choose-file' },
  columns_missing: { severity: 'bad', action: 'choose-file' },
  // The laptop is to be set right; then the same again.
  disk_full: { severity: 'bad', action: 'retry' },
  read_only: { severity: 'bad', action: 'retry' },
  file_unwritable: { severity: 'bad', action: 'retry' },
  home_closed: { severity: 'bad', action: 'reload' },
  wrong_passphrase: { severity: 'bad', action: 'retry' },
  unexpected: { severity: 'bad', action: 'retry' },
};

/** Codes that the table knows. */
export const codes = Object.keys(table);

/** An error as people read it. */
export interface Trouble extends Treatment {
  code: string;
  text: string;
}

export function treat(code: string): Treatment {
  return table[code] ?? otherwise;
}

/** Makes a Trouble of whatever was thrown. Go sends JSON text; anything else is ours and unforeseen. */
export function troubleOf(thrown: unknown, unforeseen: string): Trouble {
  const text = thrown instanceof Error ? thrown.message : thrown;
  const said = typeof text === 'string' ? parse(text) : null;
  const code = said?.code ?? 'unexpected';
  return { code, text: said?.text ?? unforeseen, ...treat(code) };
}

function parse(text: string): { code: string; text: string } | null {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== 'object' || said === null) return null;
    const { code, text: sentence } = said as Record<string, unknown>;
    return typeof code === 'string' && typeof sentence === 'string' ? { code, text: sentence } : null;
  } catch {
    return null;
  }
}
