import { join } from 'node:path';
import {
  type Expression,
  isIdentifier,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isTemplateExpression,
  type Node,
  type ObjectLiteralExpression,
} from 'typescript/unstable/ast';
import { API, type Checker, type Type } from 'typescript/unstable/sync';
import { ROOT } from '../../actions.ts';
import { textOf } from './text.ts';

/** An error in the sources. */
export interface FoundError {
  readonly code: string;
  /** The file, relative to the repository. */
  readonly file: string;
  /** The text with placeholders; `undefined` if it is computed elsewhere. */
  readonly message: string | undefined;
  readonly remedy: string | undefined;
}

/** Finds every error in src/: the object literals with `code`, `message` and `remedy`, according to the TypeScript compiler. */
export function scanErrors(): FoundError[] {
  const api = new API({ cwd: ROOT });
  try {
    const [project] = api.updateSnapshot({ openProject: join(ROOT, 'tsconfig.build.json') }).getProjects();
    if (project === undefined) throw new Error('tsconfig.build.json is not a project.');
    return project.rootFiles.flatMap((file) => {
      const source = project.program.getSourceFile(file);
      const path = file.slice(ROOT.length + 1);
      return source === undefined ? [] : errorsIn(source, path, project.checker);
    });
  } finally {
    api.close();
  }
}

function errorsIn(node: Node, file: string, checker: Checker): FoundError[] {
  const found = isObjectLiteralExpression(node) ? errorsOf(node, file, checker) : [];
  node.forEachChild((child) => {
    found.push(...errorsIn(child, file, checker));
  });
  return found;
}

function errorsOf(literal: ObjectLiteralExpression, file: string, checker: Checker): FoundError[] {
  const code = propertyOf(literal, 'code');
  const message = propertyOf(literal, 'message');
  const remedy = propertyOf(literal, 'remedy');
  if (code === undefined || message === undefined || remedy === undefined) return [];
  const texts = { file, message: textOf(message, checker), remedy: textOf(remedy, checker) };
  return codesOf(code, checker).map((each) => ({ code: each, ...texts }));
}

function propertyOf(literal: ObjectLiteralExpression, name: string): Expression | undefined {
  for (const property of literal.properties) {
    if (isPropertyAssignment(property) && isIdentifier(property.name) && property.name.text === name)
      return property.initializer;
    if (isShorthandPropertyAssignment(property) && isIdentifier(property.name) && property.name.text === name)
      return property.name;
  }
  return undefined;
}

/** Every value of a code: `'a'`, `condition ? 'a' : 'b'`, or a variable or template whose type is a union. */
function codesOf(code: Expression, checker: Checker): string[] {
  if (!isTemplateExpression(code)) return literalsOf(checker.getTypeAtLocation(code));
  const [span, ...others] = code.templateSpans;
  if (span === undefined || others.length > 0) return [];
  const values = literalsOf(checker.getTypeAtLocation(span.expression));
  return values.map((value) => `${code.head.text}${value}${span.literal.text}`);
}

function literalsOf(type: Type | undefined): string[] {
  if (type === undefined) return [];
  if (type.isUnionType()) return type.getTypes().flatMap(literalsOf);
  return type.isStringLiteralType() ? [type.value] : [];
}
