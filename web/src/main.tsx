import '@mantine/core/styles.css';
import '@fontsource-variable/geist/wght.css';
import '@/ui/tokens.css';
import '@/ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';

if (__MOCK__) {
  const { startMock } = await import('@/test/mock/browser');
  await startMock();
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
