import { api } from '../api/client';
import type { AlertView, Mode, Urgency } from '../api/types';
import { useResource } from '../api/use-resource';
import { firstTerms, termsAfter, type Terms } from './terms';

export interface Start {
  terms: Terms;
  /** The alert that the exchange is about, where it is about one. */
  alert?: AlertView;
}

/** The terms with which an answer in this exchange starts, so that nothing is typed twice; null while they are read. */
export function useStartTerms(exchange: string, mode: Mode, urgency: Urgency): Start | null {
  const alerts = useResource(`terms ${exchange}`, (signal) => api.alerts(signal));
  if (alerts.loading) return null;
  const alert = alerts.data?.items.find((item) => item.exchange === exchange);
  return { terms: termsAfter(alert, firstTerms(mode, urgency)), alert };
}

/** What the law asks of the matter of an alert. */
export const matterOf = (alert: AlertView | undefined) => ({ born: alert?.alert.child.born });
