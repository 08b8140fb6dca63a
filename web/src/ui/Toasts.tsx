import { Button, Notification, Portal } from '@mantine/core';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import classes from '@/ui/Toasts.module.css';

export interface Toast {
  tone: 'good' | 'bad' | 'plain';
  title: string;
  text?: string;
  /** Takes back what was done, or goes on from it. */
  action?: { label: string; run: () => void };
}

interface Shown extends Toast {
  id: number;
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);
const SHOWN_MAX = 4;
const SHOWN_MS = 7_000;
/** Time to read and to decide. */
const SHOWN_WITH_ACTION_MS = 15_000;

/** Short messages in a corner, announced to screen readers; errors stay until they are closed. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const close = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      const id = performance.now() + Math.random();
      setToasts((shown) => [...shown, { ...toast, id }].slice(-SHOWN_MAX));
      if (toast.tone !== 'bad') setTimeout(() => close(id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    },
    [close],
  );
  const value = useMemo(() => show, [show]);
  return (
    <ToastContext value={value}>
      {children}
      <Portal>
        <div className={classes.stack} role="status" aria-live="polite">
          {toasts.map((toast) => (
            <Notification
              key={toast.id}
              color={toast.tone === 'bad' ? 'red' : toast.tone === 'good' ? 'teal' : 'petrol'}
              title={toast.title}
              withBorder
              // The library's own grey is too faint to read.
              styles={{ description: { color: 'var(--tt-ink-soft)' } }}
              onClose={() => close(toast.id)}
              closeButtonProps={{ 'aria-label': 'Close message' }}
            >
              {toast.text}
              {toast.action && (
                <div className={classes.action}>
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => {
                      toast.action?.run();
                      close(toast.id);
                    }}
                  >
                    {toast.action.label}
                  </Button>
                </div>
              )}
            </Notification>
          ))}
        </div>
      </Portal>
    </ToastContext>
  );
}

export function useToast(): (toast: Toast) => void {
  return use(ToastContext);
}
