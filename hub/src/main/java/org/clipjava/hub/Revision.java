package org.clipjava.hub;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.io.Shown;

/**
 * What a repository holds at one commit.
 *
 * @param commit 40 lower-case hex digits
 * @param files by path; empty ones are files of which the hub's list says neither size nor hash
 */
record Revision(RepoId repo, String commit, SequencedMap<String, Optional<RepoFile>> files) {
    Revision {
        if (!RepoReference.isCommit(commit)) {
            throw new IllegalArgumentException(
                    "expected a commit of 40 hex digits, found '" + Shown.text(commit) + "'");
        }
        files.keySet().forEach(RepoFile::checkPath);
        files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
    }
}
