/** What `find` prints of a file, each field ended by NUL: type, path, bytes, blocks, mtime, inode, links, uid, gid, mode. */
export const FILE_FORMAT = '%y\\0%p\\0%s\\0%b\\0%T@\\0%i\\0%n\\0%U\\0%G\\0%m\\0';
