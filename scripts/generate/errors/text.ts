import {
  type CallExpression,
  type Expression,
  type Identifier,
  isCallExpression,
  isConditionalExpression,
  isIdentifier,
  isNoSubstitutionTemplateLiteral,
  isPropertyAccessExpression,
  isShorthandPropertyAssignment,
  isStringLiteral,
  isTemplateExpression,
  isVariableDeclaration,
} from 'typescript/unstable/ast';
import type { Checker } from 'typescript/unstable/sync';

/** The text of an expression, with `‹name›` for its variables; `undefined` if it can't be told without running the code. */
export function textOf(expression: Expression, checker: Checker): string | undefined {
  if (isStringLiteral(expression) || isNoSubstitutionTemplateLiteral(expression)) return expression.text;
  if (isTemplateExpression(expression)) {
    const spans = expression.templateSpans.map((span) => `${placeholder(span.expression)}${span.literal.text}`);
    return `${expression.head.text}${spans.join('')}`;
  }
  if (isConditionalExpression(expression)) {
    const [one, other] = [textOf(expression.whenTrue, checker), textOf(expression.whenFalse, checker)];
    return one === undefined || other === undefined ? (one ?? other) : `${one} Or: ${other}`;
  }
  if (isCallExpression(expression)) return textOfCall(expression, checker);
  return isIdentifier(expression) ? textOfVariable(expression, checker) : undefined;
}

/** The text that a helper completes: `message('GitHub refused')`. */
function textOfCall({ expression, arguments: [first, ...others] }: CallExpression, checker: Checker) {
  if (!isIdentifier(expression) || first === undefined || others.length > 0) return undefined;
  const text = isIdentifier(first) ? undefined : textOf(first, checker);
  return text === undefined ? undefined : `${text} …`;
}

function textOfVariable(name: Identifier, checker: Checker): string | undefined {
  const symbol = isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
  const declaration = symbol?.valueDeclaration?.resolve();
  if (declaration === undefined || !isVariableDeclaration(declaration)) return undefined;
  return declaration.initializer && textOf(declaration.initializer, checker);
}

function placeholder(expression: Expression): string {
  if (isIdentifier(expression)) return `‹${words(expression.text)}›`;
  if (isPropertyAccessExpression(expression) && isIdentifier(expression.name))
    return `‹${words(expression.name.text)}›`;
  // An optional part, such as `${line ? ` in line ${line}` : ''}`, is left out.
  if (isConditionalExpression(expression) && isEmpty(expression.whenFalse)) return '';
  return '…';
}

function isEmpty(expression: Expression): boolean {
  return isStringLiteral(expression) && expression.text === '';
}

/** `fullName` → `full name`, `MAX_IMAGES` → `max images` */
function words(name: string): string {
  if (name === name.toUpperCase()) return name.toLowerCase().replaceAll('_', ' ');
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
