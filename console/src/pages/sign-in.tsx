import { useState } from 'react';
import { Field } from '../components/fields';
import { Page } from '../components/page';
import { TaskForm } from '../components/task';
import { useSession } from '../session/session';
import { useText } from '../strings/locale';

export function SignIn({ ended }: { ended: boolean }) {
  const text = useText();
  const { signIn } = useSession();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Page title={text('sign_in.title')}>
      <div className="card narrow">
        {ended && (
          <p className="notice notice-warn" role="status">
            {text('sign_in.ended')}
          </p>
        )}
        <TaskForm submit={() => signIn(name.trim(), password)} label={text('action.sign_in')}>
          <Field
            label={text('sign_in.name')}
            value={name}
            onChange={setName}
            autoComplete="username"
            dir="ltr"
            required
          />
          <Field
            label={text('sign_in.password')}
            type="password"
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            dir="ltr"
            required
          />
        </TaskForm>
        <p className="hint">{text('sign_in.recorded')}</p>
      </div>
    </Page>
  );
}
