package ru.vremenagoda.testing

import java.nio.file.Path
import org.junit.jupiter.api.Assumptions.assumeTrue

/** A disk of its own, as small as a test wants it; only a superuser can make one. */
class SmallDisk(val folder: Path, kilobytes: Int) : AutoCloseable {
    init {
        val mounted = run("mount", "-t", "tmpfs", "-o", "size=${kilobytes}k", "tmpfs", "$folder")
        assumeTrue(mounted, "mounting is not allowed")
    }

    /** Changes its size, or makes it one that can only be read. */
    fun remount(options: String) = check(run("mount", "-o", "remount,$options", "$folder")) { "remounting failed" }

    /** Lazily: after a test that failed, the app may still hold files on it. */
    override fun close() {
        run("umount", "--lazy", "$folder")
    }

    private fun run(vararg command: String): Boolean = ProcessBuilder(*command).start().waitFor() == 0
}
