import { Button, Group, Text } from '@mantine/core';
import { Dialog } from '@/ui/Dialog';

interface Props {
  asked: boolean;
  onStay: () => void;
  onLeave: () => void;
}

/** Asks before what was typed is lost. */
export function Leaving({ asked, onStay, onLeave }: Props) {
  return (
    <Dialog title="Leave without saving?" size="sm" opened={asked} onClose={onStay}>
      <Text size="sm">What you changed here is not saved and would be lost.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onStay}>
          Stay
        </Button>
        <Button color="red.9" onClick={onLeave}>
          Leave
        </Button>
      </Group>
    </Dialog>
  );
}
