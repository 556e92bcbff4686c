// usage: node server.mjs [PROFILE]...
// A certified OpenID provider on a free loopback port, for profiles of these names (default: work).
// Prints `ready ISSUER` on stdout and serves until SIGTERM. Knobs for tests are under /admin.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

console.info = console.error; // the library's notices; stdout is for the ready line

const SECRET = 'client-secret-0123456789abcdef0123456789abcdef';
// Wrong unless it is form-encoded before it goes into a Basic header (RFC 6749 §2.3.1).
const ODD_SECRET = 'p%41ss w+rd/:&=?-0123456789abcdef0123456789';

const PEOPLE = {
  ada: { name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace', email: 'ada@example.test', email_verified: true, locale: 'en-GB' },
  zoe: { name: 'Zo\u00eb \u{1F511} <b>bold</b>', email: 'zoe@example.test', nickname: '\u202egnol\u202c' },
};

const AT_START = {
  auto: null, // sign in as this person at once, without a page
  access_token_ttl: 3600, // seconds, as all of these
  id_token_ttl: 3600,
  code_ttl: 60,
  rotate: true,
  rules: [], // {path, times?, delay_ms?, status?, headers?, body?, drop?: 'before' | 'after'}: the first that fits
};
let knobs = structuredClone(AT_START);
let seen = [];

const names = process.argv.slice(2).length ? process.argv.slice(2) : ['work'];
const redirect_uris = names.flatMap((name) => [
  `http://127.0.0.1/callback/${name}`,
  `http://localhost/callback/${name}`,
  `http://[::1]/callback/${name}`,
  `app.keybelt:/callback/${name}`,
]);

function clients() {
  const native = (client_id, more = {}) => ({
    client_id,
    application_type: 'native',
    redirect_uris,
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    ...more,
  });
  const withSecret = (client_id, method, more = {}) =>
    native(client_id, { client_secret: SECRET, token_endpoint_auth_method: method, ...more });
  return [
    native('public'),
    withSecret('basic', 'client_secret_basic'),
    withSecret('post', 'client_secret_post'),
    withSecret('odd:client', 'client_secret_basic', { client_secret: ODD_SECRET }),
    native('no-refresh', { grant_types: ['authorization_code'] }),
    native('userinfo-jwt', { userinfo_signed_response_alg: 'ES256' }),
    withSecret('sig-hs256', 'client_secret_basic', { id_token_signed_response_alg: 'HS256' }),
    ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'].map((alg) =>
      native(`sig-${alg.toLowerCase()}`, { id_token_signed_response_alg: alg }),
    ),
  ];
}

function signingKeys() {
  const kinds = [
    ['rsa', { modulusLength: 2048 }],
    ['ec', { namedCurve: 'P-256' }],
    ['ec', { namedCurve: 'P-384' }],
    ['ed25519', {}],
  ];
  return kinds.map(([kind, options]) => ({
    ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    use: 'sig',
  }));
}

// The library's own memory store forgets after a thousand entries.
class Rows {
  static all = new Map();
  constructor(model) { this.model = model; }
  key(id) { return `${this.model} ${id}`; }
  live(row) { return row && row.until > Date.now() ? row.payload : undefined; }
  where(test) {
    for (const [key, row] of Rows.all) if (key.startsWith(`${this.model} `) && test(row.payload)) return this.live(row);
    return undefined;
  }
  async upsert(id, payload, seconds) {
    Rows.all.set(this.key(id), { payload, until: seconds ? Date.now() + seconds * 1000 : Infinity });
  }
  async find(id) { return this.live(Rows.all.get(this.key(id))); }
  async findByUid(uid) { return this.where((payload) => payload.uid === uid); }
  async findByUserCode(code) { return this.where((payload) => payload.userCode === code); }
  async consume(id) { const row = Rows.all.get(this.key(id)); if (row) row.payload.consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { Rows.all.delete(this.key(id)); }
  async revokeByGrantId(grant) {
    for (const [key, row] of Rows.all) if (row.payload.grantId === grant || row.payload.jti === grant) Rows.all.delete(key);
  }
}

const cookieKey = randomBytes(16).toString('hex');

function makeProvider(issuer, keys) {
  const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA', 'HS256'];
  const provider = new Provider(issuer, {
    adapter: Rows,
    clients: clients(),
    jwks: { keys },
    cookies: { keys: [cookieKey] },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name', 'nickname', 'preferred_username', 'locale'], email: ['email', 'email_verified'] },
    async findAccount(_ctx, sub) {
      const known = PEOPLE[sub] ?? { name: sub, email: `${sub}@example.test`, email_verified: true };
      return { accountId: sub, claims: async () => ({ sub, preferred_username: sub, ...known }) };
    },
    conformIdTokenClaims: false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => knobs.rotate,
    enabledJWA: { idTokenSigningAlgValues: algorithms, userinfoSigningAlgValues: algorithms },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: () => knobs.access_token_ttl,
      IdToken: () => knobs.id_token_ttl,
      AuthorizationCode: () => knobs.code_ttl,
      RefreshToken: 86400,
      Interaction: 600,
      Session: 86400,
      Grant: 86400,
    },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true }, jwtUserinfo: { enabled: true } },
  });
  provider.use(async (ctx, next) => {
    await next();
    const { authorization } = ctx.request.headers;
    seen.push({ method: ctx.method, path: ctx.path, status: ctx.status, auth: authorization?.split(' ')[0] ?? null, params: { ...(ctx.oidc?.body ?? ctx.oidc?.params ?? ctx.query) } });
  });
  provider.on('server_error', (_ctx, error) => console.error(error));
  return provider;
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function page({ params }) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title><h1>Test provider</h1>
<form method="post"><p>${escaped(params.client_id)} asks for ${escaped(params.scope)}</p>
<label>User <input id="login" name="login" required value="${escaped(params.login_hint ?? 'ada')}"></label>
<button id="allow" name="decision" value="allow">Allow</button>
<button id="deny" name="decision" value="deny">Deny</button></form></html>`;
}

async function interaction(request, response) {
  const { provider } = running;
  const details = await provider.interactionDetails(request, response);
  let person = knobs.auto;
  if (request.method === 'POST') {
    const form = new URLSearchParams(await bodyOf(request));
    if (form.get('decision') !== 'allow') {
      return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'the person said no' });
    }
    person = form.get('login');
  }
  if (!person) return answer(response, 200, page(details), 'text/html; charset=utf-8');
  const grant = new provider.Grant({ accountId: person, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope ?? '');
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { login: { accountId: person }, consent: { grantId } }, { mergeWithLastSubmission: false });
}

/** An API behind the provider's access tokens. */
async function resource(request, response) {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const found = token && (await running.provider.AccessToken.find(token));
  if (!found) {
    response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
    return answer(response, 401, { error: 'invalid_token' });
  }
  return answer(response, 200, { sub: found.accountId, client_id: found.clientId, scope: found.scope });
}

async function admin(request, response, path) {
  const body = request.method === 'POST' ? JSON.parse((await bodyOf(request)) || '{}') : {};
  switch (path) {
    case '/admin/knobs': knobs = { ...knobs, ...body }; return answer(response, 200, knobs);
    case '/admin/reset': knobs = structuredClone(AT_START); seen = []; return answer(response, 200, knobs);
    case '/admin/log': return answer(response, 200, seen);
    case '/admin/revoke': Rows.all.clear(); return answer(response, 200, {});
    case '/admin/rotate-keys':
      running.keys = [...signingKeys(), ...(body.keep_old ? running.keys : [])];
      running.provider = makeProvider(running.issuer, running.keys);
      return answer(response, 200, {});
    default: return answer(response, 404, { error: 'not_found' });
  }
}

/** Lets the first rule that fits act; true when the request is answered by it. */
async function ruled(request, response, path) {
  const rule = knobs.rules.find((each) => path.startsWith(each.path) && (each.times ?? 1) > 0);
  if (!rule) return false;
  if (rule.times !== undefined) rule.times -= 1;
  if (rule.delay_ms) await new Promise((done) => setTimeout(done, rule.delay_ms));
  if (rule.drop === 'before') { request.socket.destroy(); return true; }
  if (rule.drop === 'after') {
    // Carried out, and the answer lost on its way.
    response.writeHead = () => response;
    response.write = () => true;
    response.end = () => { request.socket.destroy(); return response; };
    return false;
  }
  if (!rule.status) return false;
  seen.push({ method: request.method, path, status: rule.status, auth: null, params: {} });
  response.writeHead(rule.status, { 'content-type': 'application/json', ...rule.headers });
  response.end(rule.body ?? '{"error":"temporarily_unavailable"}');
  return true;
}

function answer(response, status, body, type = 'application/json') {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const running = { keys: signingKeys() };
const server = createServer(async (request, response) => {
  const path = request.url.split('?')[0];
  try {
    if (path.startsWith('/admin/')) return await admin(request, response, path);
    if (await ruled(request, response, path)) return undefined;
    if (path.startsWith('/interaction/')) return await interaction(request, response);
    if (path.startsWith('/resource')) return await resource(request, response);
    return await running.provider.callback()(request, response);
  } catch (error) {
    return answer(response, error.statusCode ?? 500, { error: error.error ?? 'server_error', error_description: error.message });
  }
});
server.listen(0, '127.0.0.1', () => {
  running.issuer = `http://127.0.0.1:${server.address().port}`;
  running.provider = makeProvider(running.issuer, running.keys);
  console.log(`ready ${running.issuer}`);
});
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeAllConnections(); });
