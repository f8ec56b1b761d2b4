export const quotes: string[] = ['less is more', 'more is less', 'form follows function'];
