package ru.vremenagoda.testing

import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import javax.management.ObjectName
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readSymbolicLink
import kotlin.io.path.readText

/** This process as the operating system sees it. */
object Machine {
    private val process = Path.of("/proc/self")

    fun residentKilobytes(): Long = status("VmRSS")

    fun threads(): Long = status("Threads")

    /** The number of the calling thread. */
    fun thread(): String = Path.of("/proc/thread-self").readSymbolicLink().fileName.toString()

    /** Threads that belong to open cores. */
    fun threadsOfCores(): Int =
        entries("task").count { task -> gone { task.resolve("comm").readText().startsWith("vremena") } ?: false }

    fun openFiles(): Int = entries("fd").size

    /** Open files in `folder`. */
    fun openFiles(folder: Path): Int =
        entries("fd").count { file -> gone { file.readSymbolicLink().startsWith(folder) } ?: false }

    /** Of the heap, and of what was freed natively and is kept for later. */
    fun collectGarbage() {
        repeat(3) { System.gc() }
        val commands = ObjectName("com.sun.management:type=DiagnosticCommand")
        ManagementFactory.getPlatformMBeanServer()
            .invoke(commands, "systemTrimNativeHeap", arrayOf(emptyArray<String>()), arrayOf("[Ljava.lang.String;"))
    }

    private fun status(name: String): Long = Files.readAllLines(process.resolve("status"))
        .first { it.startsWith("$name:") }
        .filter(Char::isDigit)
        .toLong()

    private fun entries(of: String): List<Path> = process.resolve(of).listDirectoryEntries()

    /** What is looked at may go in the meantime. */
    private fun <T> gone(look: () -> T): T? = try {
        look()
    } catch (_: NoSuchFileException) {
        null
    } catch (_: java.io.IOException) {
        null
    }
}
