declare module 'virtual:phone-words' {
  const texts: Record<'en' | 'fr', Record<string, string>>;
  export default texts;
}
