import {
  IconBrandGoogle,
  IconBrandGoogleAnalytics,
  IconBrandLinkedin,
  IconBrandMeta,
  IconBrandPinterest,
  IconBrandTiktok,
  IconBuildingStore,
  IconFileSpreadsheet,
  IconMail,
  IconShoppingBag,
} from '@tabler/icons-react';
import classes from '@/ui/PlatformMark.module.css';

const MARKS: Record<string, { Icon: typeof IconBrandMeta; label: string }> = {
  meta: { Icon: IconBrandMeta, label: 'Meta Ads' },
  google: { Icon: IconBrandGoogle, label: 'Google Ads' },
  linkedin: { Icon: IconBrandLinkedin, label: 'LinkedIn Ads' },
  pinterest: { Icon: IconBrandPinterest, label: 'Pinterest Ads' },
  tiktok: { Icon: IconBrandTiktok, label: 'TikTok Ads' },
  ga4: { Icon: IconBrandGoogleAnalytics, label: 'Google Analytics' },
  klaviyo: { Icon: IconMail, label: 'Klaviyo' },
  magento: { Icon: IconBuildingStore, label: 'Magento' },
  shopify: { Icon: IconShoppingBag, label: 'Shopify' },
};
const FILE = { Icon: IconFileSpreadsheet, label: 'File' };

/** Which platform something lives on; `small` for rows of one line. */
export function PlatformMark({ source, small }: { source: string; small?: boolean }) {
  const { Icon, label } = MARKS[source] ?? FILE;
  return (
    <span className={classes.mark} data-small={small} role="img" aria-label={label} title={label}>
      <Icon size={small ? 15 : 19} stroke={1.6} aria-hidden />
    </span>
  );
}
