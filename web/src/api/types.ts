// The API's nouns under the names the client uses. The only file that looks into the generated schema's components.
import type { components } from '@/api/generated/schema';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Tenant = Schemas['Tenant'];
export type NewTenant = Schemas['NewTenant'];
export type Source = Schemas['Source'];
export type Connection = Schemas['Connection'];
export type NewConnection = Schemas['NewConnection'];
export type Account = Schemas['Account'];
export type Execution = Schemas['Execution'];
export type Run = Schemas['Run'];
export type Metric = Schemas['Metric'];
export type QueryRequest = Schemas['QueryRequest'];
export type QueryResult = Schemas['QueryResult'];
export type Column = Schemas['Column'];
export type Import = Schemas['Import'];
export type ProblemBody = Schemas['Problem'];
