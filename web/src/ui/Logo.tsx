/** A rudder blade with its trim tab deflected: the small surface that steers the large one. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b5c70" />
      <path d="M8 6.5h8.2c2.6 0 4.3 2.600 3.200 5L14.500 25.500H8z" fill="#fff" />
      <path d="M17.700 24.800l3.300-7.500 4.400 1.900-2.300 5.300a1.700 1.700 0 0 1-1.600 1H18.200a.5.5 0 0 1-.5-.7z" fill="#f0b64d" />
    </svg>
  );
}
