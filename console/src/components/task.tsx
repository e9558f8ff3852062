import { useState, type FormEvent, type ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Form, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { asProblem } from '../api/problem';
import type { Problem } from '../api/types';
import { useText } from '../strings/locale';
import { ActButton } from './act-button';
import { ProblemNotice } from './problem-notice';

/** Runs one act at a time and keeps the problem it met. */
export function useAct(): { busy: boolean; problem: Problem | null; act: (work: () => Promise<void>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const act = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, act };
}

interface TaskFormProps {
  submit: () => Promise<void>;
  label: string;
  children: ReactNode;
  tone?: 'primary' | 'danger';
  beside?: ReactNode;
}

/** A form with one act: what is missing is shown at its field, what the node refuses below. */
export function TaskForm({ submit, label, children, tone = 'primary', beside }: TaskFormProps) {
  const { busy, problem, act } = useAct();
  const text = useText();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void act(submit);
  };
  return (
    <Form className="form" onSubmit={onSubmit}>
      {children}
      <ProblemNotice problem={problem} />
      <div className="form-end">
        <ActButton type="submit" tone={tone} busy={busy}>
          {busy ? text('action.working') : label}
        </ActButton>
        {beside}
      </div>
    </Form>
  );
}

interface TaskDialogProps {
  opener: string;
  openerTone?: 'primary' | 'danger' | '';
  title: string;
  /** The content; it is handed the way to close. */
  children: (close: () => void) => ReactNode;
}

/** A button that opens a dialog in which one act is done. */
export function TaskDialog({ opener, openerTone = '', title, children }: TaskDialogProps) {
  const text = useText();
  return (
    <DialogTrigger>
      <Button className={`button ${openerTone}`}>{opener}</Button>
      <ModalOverlay className="overlay" isDismissable={false}>
        <Modal className="modal">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                {children(close)}
                <Button className="button dialog-close" onPress={close}>
                  {text('action.close')}
                </Button>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
