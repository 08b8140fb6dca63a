import { IconBrandGoogle, IconBrandLinkedin, IconBrandMeta, IconBrandPinterest, IconBrandTiktok, IconFileSpreadsheet } from '@tabler/icons-react';
import classes from '@/ui/PlatformMark.module.css';

const MARKS: Record<string, { Icon: typeof IconBrandMeta; label: string }> = {
  meta: { Icon: IconBrandMeta, label: 'Meta Ads' },
  google: { Icon: IconBrandGoogle, label: 'Google Ads' },
  linkedin: { Icon: IconBrandLinkedin, label: 'LinkedIn Ads' },
  pinterest: { Icon: IconBrandPinterest, label: 'Pinterest Ads' },
  tiktok: { Icon: IconBrandTiktok, label: 'TikTok Ads' },
};
const FILE = { Icon: IconFileSpreadsheet, label: 'File' };

/** Which platform something lives on. */
export function PlatformMark({ source }: { source: string }) {
  const { Icon, label } = MARKS[source] ?? FILE;
  return (
    <span className={classes.mark} role="img" aria-label={label} title={label}>
      <Icon size={19} stroke={1.6} aria-hidden />
    </span>
  );
}
