// A way to Postgres that loses the answer to a COMMIT: what the server asked for happens, and its connection breaks
// before it hears of it, as with a network that fails at the worst moment.

import net from 'node:net';

// A simple query as https://www.postgresql.org/docs/current/protocol-message-formats.html has it.
const kCommit = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

export class CutCommits {
  wanted = [];
  cuts = [];

  static async before(postgres) {
    const proxy = new CutCommits();
    proxy.server = net.createServer((client) => proxy.pass(client, net.connect(`${postgres.folder}/.s.PGSQL.5432`)));
    await new Promise((resume) => proxy.server.listen(0, '127.0.0.1', resume));
    return proxy;
  }

  url(database) {
    const { port } = this.server.address();
    return `postgres:///${database}?host=127.0.0.1&port=${port}&user=postgres&sslmode=disable&gssencmode=disable`;
  }

  // The next transaction whose statements contain all of `words` loses its answer; so for each call of this.
  cutNext(...words) {
    this.wanted.push(words);
  }

  pass(client, postgres) {
    let said = '';
    let cut;
    client.on('data', (bytes) => {
      said += bytes.toString('latin1');
      if (bytes.includes(kCommit)) {
        cut = this.takeWanted(said);
        said = '';
      }
      postgres.write(bytes);
    });
    // Its answer has come this far, so the commit is made.
    postgres.on('data', (bytes) => {
      if (!cut) return client.write(bytes);
      this.cuts.push(cut);
      client.destroy();
      postgres.destroy();
    });
    for (const [one, other] of [[client, postgres], [postgres, client]]) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  }

  takeWanted(said) {
    const found = this.wanted.findIndex((words) => words.every((word) => said.includes(word)));
    return found < 0 ? undefined : this.wanted.splice(found, 1)[0].join(' ');
  }

  close() {
    this.server.close();
  }
}
