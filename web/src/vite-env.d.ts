/// <reference types="vite/client" />

/** True in `--mode mock` builds only, where the API answers from inside the page. */
declare const __MOCK__: boolean;
