import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { PlantCanary, SignedUsage } from '../src/pages/matching-usage';
import { useSession } from '../src/session/session';
import { node, show, stubNode } from './render';

function Known() {
  const { known } = useSession();
  return known.state === 'in' ? <SignedUsage /> : null;
}

describe('the signed report of use', () => {
  const officer = { id: '3', name: 'oda', display_name: 'Oda', role: 'auditor', authority: 'ES-NCB' };
  const around = { '/api/v1/node': node, '/api/v1/session': { officer, expires_at: '2027-01-01T00:00:00Z' } };

  it('is saved as the node signs it, under the name that the command takes', async () => {
    const fetched = stubNode({ ...around, '/api/v1/matching/usage/export': { payload: 'e30=' } });
    const saved: string[] = [];
    URL.createObjectURL = () => 'blob:x';
    URL.revokeObjectURL = () => {};
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
    show(<Known />);
    await userEvent.click(await screen.findByRole('button', { name: 'Download the signed report' }));
    await waitFor(() => expect(saved).toEqual(['matching-usage-ES-NCB.json']));
    expect(fetched.mock.calls.map(([path]) => path)).toContain('/api/v1/matching/usage/export');
    expect(screen.getByText(/comity match usage --ours matching-usage-ES-NCB\.json/)).toBeTruthy();
    click.mockRestore();
  });

  it('that the node refuses is not saved, but said', async () => {
    stubNode(around);
    show(<Known />);
    await userEvent.click(await screen.findByRole('button', { name: 'Download the signed report' }));
    expect(await screen.findByRole('alert')).toBeTruthy();
  });
});

describe('a canary that is planted', () => {
  async function planted(fill: (labels: { type: (label: RegExp, words: string) => Promise<void> }) => Promise<void>, kind?: string) {
    const fetched = stubNode({ '/api/v1/node': node, '/api/v1/matching/canaries': {} });
    const done = vi.fn();
    show(<PlantCanary onPlanted={done} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Plant a canary' }));
    if (kind) await userEvent.selectOptions(screen.getByRole('combobox'), kind);
    await fill({ type: (label, words) => userEvent.type(screen.getByRole('textbox', { name: label }), words) });
    const buttons = screen.getAllByRole('button', { name: 'Plant a canary' });
    await userEvent.click(buttons[buttons.length - 1]!);
    await waitFor(() => expect(done).toHaveBeenCalled());
    const sent = fetched.mock.calls.find(([path]) => path === '/api/v1/matching/canaries');
    return JSON.parse(String(sent?.[1]?.body)) as unknown;
  }

  it('is an invented person by name and birth alone', async () => {
    const sent = await planted(async ({ type }) => {
      await type(/Family name/, 'Quillfeather');
      await type(/Forename/, 'Oswin');
      await type(/Born/, '1971-03-09');
    }, 'person');
    expect(sent).toEqual({ person: { name: { family: 'Quillfeather', forename: 'Oswin' }, born: '1971-03-09' }, note: '' });
  });

  it('is an identifier by kind and value alone', async () => {
    const sent = await planted(({ type }) => type(/Identifier|Value|Selector/i, '+34600000001'));
    expect(sent).toEqual({ kind: 'phone', value: '+34600000001', note: '' });
  });
});
