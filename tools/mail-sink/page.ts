import type { Mail } from './mail.ts';
import type { Counts } from './mailbox.ts';

/** The mails as a page for a person; a mail opens beside the list. */
export function page(mails: readonly Mail[], { received, distinct, repeated }: Counts): string {
  const rows = mails.map(
    ({ ID, Created, To, Subject, Attachments }) => `<tr>
      <td><a href="/view/${ID}" target="mail">${escape(Subject) || '(no subject)'}</a></td>
      <td>${escape(To.map(({ Address }) => Address).join(', '))}</td>
      <td>${escape(Created.replace('T', ' ').slice(0, 19))}</td>
      <td>${Attachments > 0 ? `<a href="/view/${ID}/attachment" target="mail">invoice</a>` : ''}</td>
    </tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>Mails</title>
<style>
  body { font: 15px/1.4 system-ui, sans-serif; margin: 0; display: grid; grid-template-columns: 1fr 1fr; height: 100vh }
  main { overflow: auto; padding: 1rem }
  table { border-collapse: collapse; width: 100% }
  td, th { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid #ddd }
  iframe { border: 0; border-left: 1px solid #ddd; width: 100%; height: 100% }
</style>
<main>
  <h1>Mails</h1>
  <p>${received} received: ${distinct} distinct, ${repeated} repeated.
     A repeated one has the same <code>Message-ID</code>, so that mail programs show it once.</p>
  <table>
    <tr><th>subject</th><th>to</th><th>sent</th><th></th></tr>
    ${rows.join('\n    ')}
  </table>
</main>
<iframe name="mail" title="the mail"></iframe>
</html>
`;
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}
