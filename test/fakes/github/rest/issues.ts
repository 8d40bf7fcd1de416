import { stringAt } from '../../../../src/json/json.ts';
import { commentJson, issueJson } from '../json/issues.ts';
import { labelJson } from '../json/labels.ts';
import { notFound, Refusal } from '../model.ts';
import {
  logins,
  pullAt,
  type RestCall,
  type RestOperation,
  type RestResponse,
  readPulls,
  writeIssues,
} from './call.ts';

/** The operations on labels, assignees and comments, which pull requests share with issues. */
export const issueOperations: Readonly<Record<string, RestOperation>> = {
  'issues/add-labels': { needs: writeIssues, handle: addLabels },
  'issues/remove-label': {
    needs: writeIssues,
    handle({ repository, parameters, urls }) {
      const pull = pullAt(repository, parameters['issue_number']);
      const kept = pull.labels.filter(({ name }) => name !== parameters['name']);
      if (kept.length === pull.labels.length) throw new Refusal(404, 'Label does not exist');
      pull.labels = kept;
      repository.touch(pull);
      return { status: 200, body: kept.map((label) => labelJson(urls, repository, label)) };
    },
  },
  'issues/check-user-can-be-assigned': {
    needs: readPulls,
    handle({ repository, parameters }) {
      if (!repository.collaborators.has(parameters['assignee'] ?? '')) throw notFound();
      return { status: 204, body: undefined };
    },
  },
  'issues/add-assignees': {
    needs: writeIssues,
    handle({ repository, parameters, body, urls }) {
      const pull = pullAt(repository, parameters['issue_number']);
      // People who can't be assigned are silently ignored.
      const added = logins(body, 'assignees').flatMap((login) => repository.collaborators.get(login) ?? []);
      pull.assignees = [...new Set([...pull.assignees, ...added])];
      repository.touch(pull);
      return { status: 201, body: issueJson(urls, repository, pull) };
    },
  },
  'issues/create-comment': {
    needs: writeIssues,
    handle({ repository, parameters, body, by, urls }) {
      const pull = pullAt(repository, parameters['issue_number']);
      const text = stringAt(body, 'body') ?? '';
      const comment = { id: repository.nextId(), account: by.account, body: text, at: repository.clock.now() };
      pull.comments = [...pull.comments, comment];
      return { status: 201, body: commentJson(urls, repository, pull, comment) };
    },
  },
};

function addLabels({ repository, parameters, body, urls }: RestCall): RestResponse {
  const pull = pullAt(repository, parameters['issue_number']);
  const missing = logins(body, 'labels').filter((name) => pull.labels.every((label) => label.name !== name));
  pull.labels = [...pull.labels, ...missing.map((name) => ({ id: repository.nextId(), name }))];
  repository.touch(pull);
  return { status: 200, body: pull.labels.map((label) => labelJson(urls, repository, label)) };
}
