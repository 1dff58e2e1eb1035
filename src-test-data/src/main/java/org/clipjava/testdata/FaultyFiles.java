package org.clipjava.testdata;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The files of this machine, on a disk that fails: each read and write may be shortened, or be an {@link IOException}. */
public final class FaultyFiles {
    private final Fault fault;
    private final AtomicInteger operations = new AtomicInteger();
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final AtomicInteger busyMoves = new AtomicInteger(-1);
    private final FileSystem system = new FaultySystem();
    private final FileSystemProvider provider = new Provider();

    /** What goes wrong. */
    @FunctionalInterface
    public interface Fault {
        /**
         * Comes before every read and write of any file.
         *
         * @param n which it is, from 1
         * @param bytes how many are wanted
         * @return how many may be transferred, at least 1
         * @throws IOException if it fails
         */
        int before(int n, int bytes) throws IOException;
    }

    private FaultyFiles(Fault fault) {
        this.fault = fault;
    }

    /** With a fault. */
    public static FaultyFiles with(Fault fault) {
        return new FaultyFiles(fault);
    }

    /** Whose {@code n}th read or write fails, and all others succeed. */
    public static FaultyFiles failingAt(int n) {
        return new FaultyFiles((operation, bytes) -> {
            if (operation == n) {
                throw new IOException("fault " + n + " of a test");
            }
            return bytes;
        });
    }

    /** As on Windows: without POSIX's rights, and the first moves are denied, for another program has the target open. */
    public static FaultyFiles asOnWindows(int deniedMoves) {
        FaultyFiles files = new FaultyFiles((n, bytes) -> bytes);
        files.busyMoves.set(deniedMoves);
        return files;
    }

    /** How many reads and writes there were. */
    public int operations() {
        return operations.get();
    }

    /**
     * What makes files last, in its order: {@code force NAME} for a file or folder that was forced to the disk, {@code move NAME
     * NAME}.
     */
    public List<String> steps() {
        return List.copyOf(steps);
    }

    /** The same file on the faulty disk. */
    public Path path(Path real) {
        return (Path) Proxy.newProxyInstance(
                FaultyFiles.class.getClassLoader(), new Class<?>[] {Path.class}, new FaultyPath(real));
    }

    private int before(ByteBuffer buffer) throws IOException {
        return buffer.hasRemaining() ? fault.before(operations.incrementAndGet(), buffer.remaining()) : 0;
    }

    private static Path real(Path path) {
        return Proxy.isProxyClass(path.getClass()) && Proxy.getInvocationHandler(path) instanceof FaultyPath faulty
                ? faulty.real
                : path;
    }

    private final class FaultyPath implements InvocationHandler {
        private final Path real;

        FaultyPath(Path real) {
            this.real = real;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
            if (method.getName().equals("getFileSystem")) {
                return system;
            }
            Object[] unwrapped = args == null ? new Object[0] : args.clone();
            for (int i = 0; i < unwrapped.length; i++) {
                if (unwrapped[i] instanceof Path path) {
                    unwrapped[i] = real(path);
                }
            }
            try {
                Object result = method.invoke(real, unwrapped);
                return result instanceof Path path ? path(path) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private final class FaultyChannel extends FileChannel {
        private final Path file;
        private final FileChannel real;

        FaultyChannel(Path file, FileChannel real) {
            this.file = file;
            this.real = real;
        }

        private interface Transfer {
            int run(ByteBuffer buffer) throws IOException;
        }

        private int transfer(ByteBuffer buffer, Transfer transfer) throws IOException {
            int most = before(buffer);
            int limit = buffer.limit();
            buffer.limit(Math.min(limit, buffer.position() + most));
            try {
                return transfer.run(buffer);
            } finally {
                buffer.limit(limit);
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return transfer(target, real::read);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return transfer(target, buffer -> real.read(buffer, position));
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return transfer(source, real::write);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            return transfer(source, buffer -> real.write(buffer, position));
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            real.truncate(size);
            return this;
        }

        @Override
        public void force(boolean metadata) throws IOException {
            real.force(metadata);
            steps.add("force " + file.getFileName());
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return real.map(mode, position, size);
        }

        @Override
        public MemorySegment map(MapMode mode, long offset, long size, Arena arena) throws IOException {
            return real.map(mode, offset, size, arena);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return real.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }
    }

    private final class Provider extends FileSystemProvider {
        @Override
        public String getScheme() {
            return "faulty";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return system;
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            return new FaultyChannel(real(path), FileChannel.open(real(path), options, attributes));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            return newFileChannel(path, options, attributes);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
            Files.createDirectory(real(folder), attributes);
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.delete(real(path));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            Files.copy(real(source), real(target), options);
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            if (busyMoves.get() > 0) {
                busyMoves.decrementAndGet();
                throw new AccessDeniedException(target.toString());
            }
            Files.move(real(source), real(target), options);
            steps.add("move " + source.getFileName() + " " + target.getFileName());
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return Files.isSameFile(real(path), real(other));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return Files.isHidden(real(path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return Files.getFileStore(real(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            real(path).getFileSystem().provider().checkAccess(real(path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return Files.getFileAttributeView(real(path), type, options);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            return Files.readAttributes(real(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            return Files.readAttributes(real(path), attributes, options);
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
            Files.setAttribute(real(path), attribute, value, options);
        }
    }

    private final class FaultySystem extends FileSystem {
        private final FileSystem real = Path.of("").getFileSystem();

        @Override
        public FileSystemProvider provider() {
            return provider;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return real.getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return real.getRootDirectories();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return real.getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return busyMoves.get() < 0 ? real.supportedFileAttributeViews() : Set.of("basic", "dos");
        }

        @Override
        public Path getPath(String first, String... more) {
            return path(real.getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            return real.getPathMatcher(pattern);
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            return real.getUserPrincipalLookupService();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }
}
