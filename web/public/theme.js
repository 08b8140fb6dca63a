// Sets the colour scheme before the first paint; the page's policy forbids inline scripts, so this is a file.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('trimtab.theme');
  } catch {
    // Storage may be forbidden; the system's scheme is used then.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
