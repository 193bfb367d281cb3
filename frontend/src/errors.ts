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
  cancelled: { severity: 'note', action: 'none' },
  nothing_to_undo: { severity: 'note', action: 'none' },
  not_built: { severity: 'note', action: 'none' },
  timeout: { severity: 'wait', action: 'retry' },
  offline: { severity: 'wait', action: 'retry' },
  no_answer: { severity: 'wait', action: 'retry' },
  bucket_unreachable: { severity: 'wait', action: 'retry' },
  unknown_id: { severity: 'wait', action: 'reload' },
  home_closed: { severity: 'bad', action: 'reload' },
  home_in_use: { severity: 'bad', action: 'retry' },
  wrong_passphrase: { severity: 'bad', action: 'retry' },
  no_network: { severity: 'note', action: 'network' },
  bucket_denied: { severity: 'bad', action: 'network' },
  bucket_missing: { severity: 'bad', action: 'network' },
  file_too_large: { severity: 'bad', action: 'choose-file' },
  upload_gone: { severity: 'bad', action: 'choose-file' },
  not_a_list: { severity: 'bad', action: 'choose-file' },
  disk_full: { severity: 'bad', action: 'retry' },
  read_only: { severity: 'bad', action: 'retry' },
  unexpected: { severity: 'bad', action: 'retry' },
};

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
