import type { AlertView } from '../api/types';
import { Clock } from '../components/clock';
import { useText } from '../strings/locale';

/** Since the child went missing, and since the alert was released; both stop when the alert is over. */
export function AlertClocks({ alert }: { alert: AlertView }) {
  const text = useText();
  const over = alert.cancelled_at ?? (alert.state === 'expired' ? alert.alert.runs_until : null);
  return (
    <div className="clocks">
      {alert.alert.missing_since && (
        <Clock label={text('clock.missing')} since={alert.alert.missing_since} until={over} />
      )}
      {alert.released_at ? (
        <Clock label={text('clock.released')} since={alert.released_at} until={over} />
      ) : (
        <p className="clock-none">{text('clock.not_released')}</p>
      )}
    </div>
  );
}
