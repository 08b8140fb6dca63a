import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';

/** What each metric means, by id. */
export const metricsOptions = queryOptions({
  queryKey: ['metrics'],
  queryFn: ({ signal }) => data(api.GET('/api/v1/metrics', { signal })).then((list) => new Map(list.items.map((metric) => [metric.id, metric]))),
  staleTime: Infinity,
});
