/** What a function says when it refuses its arguments; the evaluator adds which function it was. */
export class CallError extends Error {}
