export type ErrorType = 'bad_data' | 'execution' | 'unavailable' | 'internal';

const STATUS: Readonly<Record<ErrorType, number>> = { bad_data: 400, execution: 422, unavailable: 503, internal: 500 };

/** An error response of the API: `{"status":"error","errorType":…,"error":…}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }

  get status(): number {
    return STATUS[this.type];
  }
}

/** @param position from 0, in the query */
export function parseError(position: number, message: string): ApiError {
  return new ApiError('bad_data', `invalid parameter "query": 1:${position + 1}: parse error: ${message}`);
}

export function badData(message: string): ApiError {
  return new ApiError('bad_data', message);
}
