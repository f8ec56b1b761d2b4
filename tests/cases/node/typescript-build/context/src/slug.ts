import slugify from 'slugify';

export function toSlug(title: string): string {
  return slugify(title, { lower: true, strict: true });
}
