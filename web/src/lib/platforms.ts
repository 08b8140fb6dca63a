/** What people call each platform. */
const PLATFORMS: Record<string, string> = { meta: 'Meta', google: 'Google', linkedin: 'LinkedIn', pinterest: 'Pinterest', tiktok: 'TikTok', csv: 'File' };

export function platformName(id: string): string {
  return PLATFORMS[id] ?? id;
}
