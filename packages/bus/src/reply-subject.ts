/**
 * Whether an answer may be sent there. The server does not check the reply subject of a request against what its sender
 * may publish, so an answer sent blindly could be made to land on any subject that the answerer may publish to.
 */
export const canBeAnswered = (reply: string | undefined): reply is string => reply !== undefined && reply.startsWith('_INBOX_');
