// A certified OpenID provider (npm oidc-provider) for the tests. Prints its issuer, and ends when its input ends.
//   node server.mjs <directory with node_modules> <redirect URI>...
import http from 'node:http';
import { pathToFileURL } from 'node:url';

const [modules, ...redirectUris] = process.argv.slice(2);
const { default: Provider } = await import(
  pathToFileURL(`${modules}/node_modules/oidc-provider/lib/index.js`)
);

const people = new Map();

const configuration = {
  clients: [
    {
      client_id: 'pfms',
      client_secret: 'a secret of the tests',
      redirect_uris: redirectUris,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: {
    openid: ['sub', 'amr', 'acr'],
    email: ['email', 'email_verified'],
    profile: ['given_name', 'family_name'],
  },
  acrValues: ['gold'],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
};

const form = (uid, prompt) =>
  `<form method="post" action="/interaction/${uid}"><button name="prompt" value="${prompt}"></button></form>`;

async function body(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

async function logIn(request) {
  const fields = await body(request);
  const login = fields.get('login');
  people.set(login, {
    ...(fields.has('email') && { email: fields.get('email') }),
    email_verified: fields.get('verified') === 'true',
    given_name: 'Grace',
    family_name: 'Hopper',
  });
  return {
    login: {
      accountId: login,
      remember: false,
      ...(fields.has('amr') && { amr: fields.get('amr').split(' ') }),
      ...(fields.has('acr') && { acr: fields.get('acr') }),
    },
  };
}

async function consent(provider, { params, session, prompt }) {
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return { consent: { grantId: await grant.save() } };
}

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    const details = await provider.interactionDetails(request, response);
    const { uid, prompt } = details;
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      return response.end(form(uid, prompt.name));
    }
    const result = prompt.name === 'login' ? await logIn(request) : await consent(provider, details);
    return provider.interactionFinished(request, response, result, {
      mergeWithLastSubmission: prompt.name !== 'login',
    });
  });
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit());
