import { formatBytes, printable } from '@contract/format.ts';
import type { SideView } from '@contract/recovery-views.ts';
import { Copy } from '../../components/Copyable.tsx';
import { secondText } from '../migrations/times.ts';

type Directory = SideView['directories'][number];

/** A directory of the instance with its files: how much each takes up, since when, and on what it stands. */
export function Files({ directory: { path, files } }: { readonly directory: Directory }) {
  return (
    <div className="case-directory">
      <span className="case-id">
        <code className="mono">{printable(path)}</code>
        <Copy text={path} what={`Copy the path ${printable(path)}`} />
      </span>
      {files.length === 0 && <div className="dimmed">Nothing is in it.</div>}
      <ul className="case-files">
        {files.map((file) => (
          <File key={file.name} file={file} />
        ))}
      </ul>
    </div>
  );
}

function File({ file }: { readonly file: Directory['files'][number] }) {
  const { name, sizeBytes, allocatedBytes, changedAtMs, inode, base, problem } = file;
  return (
    <li>
      <div className="case-file">
        <code className="mono">{printable(name)}</code>
        <span className="figures">
          {formatBytes(allocatedBytes)} taken up,{' '}
          <span className="dimmed">size {formatBytes(sizeBytes)}</span>
        </span>
      </div>
      <div className="dimmed">
        Changed {secondText(changedAtMs)}, inode {inode}
      </div>
      {base !== undefined && (
        <div className="case-words">
          <span className="dimmed">Base</span> <code className="mono">{printable(base)}</code>
        </div>
      )}
      {problem !== undefined && <div className="bad case-words">{printable(problem)}</div>}
    </li>
  );
}
