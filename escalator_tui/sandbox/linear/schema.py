"""The part of Linear's GraphQL schema that is served here, with Linear's names, arguments and nullability."""

SDL = """
scalar DateTime
scalar TimelessDate
scalar JSONObject

type PageInfo {
  startCursor: String
  endCursor: String
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
}

type Organization { id: ID! name: String! urlKey: String! }

type User { id: ID! name: String! displayName: String! email: String! active: Boolean! organization: Organization! }

type WorkflowState { id: ID! name: String! type: String! color: String! position: Float! }
type WorkflowStateConnection { nodes: [WorkflowState!]! pageInfo: PageInfo! }

type IssueLabel { id: ID! name: String! color: String! team: Team }
type IssueLabelConnection { nodes: [IssueLabel!]! pageInfo: PageInfo! }

type Team {
  id: ID!
  key: String!
  name: String!
  displayName: String!
  organization: Organization!
  states(first: Int, after: String): WorkflowStateConnection!
  labels(first: Int, after: String): IssueLabelConnection!
}
type TeamConnection { nodes: [Team!]! pageInfo: PageInfo! }

type Issue {
  id: ID!
  identifier: String!
  number: Float!
  title: String!
  description: String
  priority: Float!
  priorityLabel: String!
  estimate: Float
  dueDate: TimelessDate
  url: String!
  createdAt: DateTime!
  updatedAt: DateTime!
  archivedAt: DateTime
  trashed: Boolean
  state: WorkflowState!
  team: Team!
  creator: User
  assignee: User
  labelIds: [String!]!
  labels(first: Int, after: String): IssueLabelConnection!
  attachments(first: Int, after: String): AttachmentConnection!
  comments(first: Int, after: String): CommentConnection!
}
type IssueConnection { nodes: [Issue!]! pageInfo: PageInfo! }

type Attachment {
  id: ID!
  title: String!
  subtitle: String
  url: String!
  metadata: JSONObject!
  createdAt: DateTime!
  updatedAt: DateTime!
  creator: User
  issue: Issue!
}
type AttachmentConnection { nodes: [Attachment!]! pageInfo: PageInfo! }

type Comment { id: ID! body: String! url: String! createdAt: DateTime! updatedAt: DateTime! user: User issue: Issue }
type CommentConnection { nodes: [Comment!]! pageInfo: PageInfo! }

input IssueCreateInput {
  id: String
  teamId: String!
  title: String
  description: String
  priority: Int
  estimate: Int
  dueDate: TimelessDate
  stateId: String
  assigneeId: String
  projectId: String
  parentId: String
  labelIds: [String!]
  subscriberIds: [String!]
}

input IssueUpdateInput {
  title: String
  description: String
  priority: Int
  estimate: Int
  dueDate: TimelessDate
  stateId: String
  assigneeId: String
  teamId: String
  labelIds: [String!]
  addedLabelIds: [String!]
  removedLabelIds: [String!]
  trashed: Boolean
}

input AttachmentCreateInput {
  id: String
  issueId: String!
  title: String!
  subtitle: String
  url: String!
  iconUrl: String
  groupBySource: Boolean
  commentBody: String
  metadata: JSONObject
}

input CommentCreateInput { id: String issueId: String body: String parentId: String }

type IssuePayload { success: Boolean! lastSyncId: Float! issue: Issue }
type IssueArchivePayload { success: Boolean! lastSyncId: Float! entity: Issue }
type AttachmentPayload { success: Boolean! lastSyncId: Float! attachment: Attachment! }
type CommentPayload { success: Boolean! lastSyncId: Float! comment: Comment! }

type Query {
  viewer: User!
  organization: Organization!
  team(id: String!): Team!
  teams(first: Int, after: String): TeamConnection!
  issue(id: String!): Issue!
  issues(first: Int, after: String, includeArchived: Boolean): IssueConnection!
  issueLabels(first: Int, after: String): IssueLabelConnection!
  workflowStates(first: Int, after: String): WorkflowStateConnection!
  attachmentsForURL(url: String!, first: Int, after: String, includeArchived: Boolean): AttachmentConnection!
}

type Mutation {
  issueCreate(input: IssueCreateInput!): IssuePayload!
  issueUpdate(id: String!, input: IssueUpdateInput!): IssuePayload!
  issueArchive(id: String!, trash: Boolean): IssueArchivePayload!
  issueUnarchive(id: String!): IssueArchivePayload!
  attachmentCreate(input: AttachmentCreateInput!): AttachmentPayload!
  commentCreate(input: CommentCreateInput!): CommentPayload!
}
"""
