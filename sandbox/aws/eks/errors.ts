import { AwsError } from '../service.ts';

/** 404 `ResourceNotFoundException`. */
export const notFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, 404);

/** 409 `ResourceInUseException`. */
export const inUse = (message: string): AwsError => new AwsError('ResourceInUseException', message, 409);

/** 400 `InvalidParameterException`. */
export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterException', message, 400);

/** 400 `InvalidRequestException`. */
export const invalidRequest = (message: string): AwsError =>
  new AwsError('InvalidRequestException', message, 400);
