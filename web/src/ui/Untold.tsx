import { localized, sentence } from '@/lib/format';
import { Card } from '@/ui/Card';
import classes from '@/ui/Untold.module.css';

interface Props {
  title: string;
  note?: string;
  /** As the server says them: "no target is set". */
  items: readonly string[];
}

/** What is not known or cannot be told, and why; nothing where there is nothing of it. */
export function Untold({ title, note, items }: Props) {
  if (items.length === 0) return null;
  return (
    <Card title={title} note={note}>
      <ul className={classes.untold}>
        {items.map((item) => (
          <li key={item}>{sentence(localized(item))}</li>
        ))}
      </ul>
    </Card>
  );
}
