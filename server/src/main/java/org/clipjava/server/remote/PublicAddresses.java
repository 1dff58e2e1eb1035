package org.clipjava.server.remote;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Tells addresses on the internet from those of this machine, of its network, and of nobody. */
final class PublicAddresses {
    /** What is not on the internet: IANA's registries of special-purpose addresses. */
    private static final List<Block> SPECIAL = List.of(
            Block.of("0.0.0.0", 8),
            Block.of("10.0.0.0", 8),
            Block.of("100.64.0.0", 10),
            Block.of("127.0.0.0", 8),
            Block.of("169.254.0.0", 16),
            Block.of("172.16.0.0", 12),
            Block.of("192.0.0.0", 24),
            Block.of("192.0.2.0", 24),
            Block.of("192.88.99.0", 24),
            Block.of("192.168.0.0", 16),
            Block.of("198.18.0.0", 15),
            Block.of("198.51.100.0", 24),
            Block.of("203.0.113.0", 24),
            Block.of("224.0.0.0", 3));

    /** Of IPv6 only these are. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::", 3);

    /** And of these not: protocols, documentation, and what has an IPv4 address within, which may be any. */
    private static final List<Block> SPECIAL_6 =
            List.of(Block.of("2001::", 23), Block.of("2001:db8::", 32), Block.of("2002::", 16), Block.of("3fff::", 20));

    private PublicAddresses() {}

    /** Addresses whose first bits are these. */
    private record Block(byte[] start, int bits) {
        static Block of(String start, int bits) {
            try {
                return new Block(InetAddress.getByName(start).getAddress(), bits);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(start, e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != start.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (start[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Whether an address is on the internet. */
    static boolean contains(InetAddress address) {
        return switch (address) {
            case Inet4Address v4 -> SPECIAL.stream().noneMatch(block -> block.contains(v4.getAddress()));
            case Inet6Address v6 ->
                GLOBAL_UNICAST.contains(v6.getAddress())
                        && SPECIAL_6.stream().noneMatch(block -> block.contains(v6.getAddress()));
            default -> false;
        };
    }

    /** All of them, for a message. */
    static String shown(InetAddress... addresses) {
        return String.join(
                ", ", Arrays.stream(addresses).map(InetAddress::getHostAddress).toList());
    }
}
