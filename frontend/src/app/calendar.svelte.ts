/** The day that Go says it is: YYYY-MM-DD, or empty before the first answer. The web view's own zone data is not asked. */
export const calendar = $state({ today: '' });
