import { shellQuote } from '../text/shell.ts';
import type { Form } from './form.ts';
import { guestinfo } from './guestinfo.ts';
import { nameWord } from './words.ts';

/** User-data by standard input, so that no list of processes shows it. (govc’s documentation, vm.change) */
export const govc: Form = {
  title: 'a line of shell that sets the parameters by govc',
  payloads: ['gzip', 'plain', 'mime+gzip'],
  carries: 'base64',
  bringsIdentity: true,
  write: (input) => {
    const settings = new Map(guestinfo(input));
    const userData = settings.get('guestinfo.userdata') ?? '';
    settings.delete('guestinfo.userdata');
    const others = [...settings].map(([name, value]) => `-e ${shellQuote(`${name}=${value}`)}`);
    return `printf %s ${shellQuote(userData)} | govc vm.change -vm ${nameWord(input.identity)} ${others.join(' ')} -f guestinfo.userdata=/dev/stdin\n`;
  },
};
