export interface Option {
  value: string;
  label: string;
  /** Beside the label, quieter. */
  detail?: string;
}
