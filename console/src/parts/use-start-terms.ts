import { api } from '../api/client';
import type { Mode, Urgency } from '../api/types';
import { useResource } from '../api/use-resource';
import { firstTerms, termsAfter, type Terms } from './terms';

/** The terms with which an answer in this exchange starts, so that nothing is typed twice; null while they are read. */
export function useStartTerms(exchange: string, mode: Mode, urgency: Urgency): Terms | null {
  const alerts = useResource(`terms ${exchange}`, (signal) => api.alerts(signal));
  if (alerts.loading) return null;
  const alert = alerts.data?.items.find((item) => item.exchange === exchange);
  return termsAfter(alert, firstTerms(mode, urgency));
}
