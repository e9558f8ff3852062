import { Button, type ButtonProps } from 'react-aria-components';

interface ActButtonProps extends Omit<ButtonProps, 'className' | 'isPending'> {
  busy: boolean;
  tone?: 'primary' | 'danger' | '';
}

/** A button that shows that its act runs. It stays focusable; React Aria's own pending state leaves unlabelled nodes behind. */
export function ActButton({ busy, tone = '', ...rest }: ActButtonProps) {
  return <Button {...rest} className={`button ${tone} ${busy ? 'busy' : ''}`.trim()} aria-busy={busy || undefined} />;
}
