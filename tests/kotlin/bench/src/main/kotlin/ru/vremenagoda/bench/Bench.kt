package ru.vremenagoda.bench

import java.nio.ByteBuffer
import java.time.Instant
import kotlinx.coroutines.runBlocking
import ru.vremenagoda.ffi.Clock
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.Connectivity
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Language
import ru.vremenagoda.ffi.LogRecord
import ru.vremenagoda.ffi.LogSink
import ru.vremenagoda.ffi.Ports
import ru.vremenagoda.ffi.Probe
import ru.vremenagoda.ffi.Rotation
import ru.vremenagoda.ffi.SecureStore
import ru.vremenagoda.ffi.VremenaCore
import ru.vremenagoda.ffi.Work

private const val WIDTH = 1280
private const val HEIGHT = 960
private const val RECEIPTS = 50
private const val ASKED = 1_000

/**
 * What calls cost from Kotlin: `Bench FOLDER ROUNDS` prints one line for each, its name and nanoseconds, the median of
 * ROUNDS batches. FOLDER is a member's, with 50 receipts. Before that it proves that a panic stays inside.
 */
fun main(arguments: Array<String>) = runBlocking {
    val (folder, rounds) = arguments
    val config = Config(directory = folder, baseUrl = "http://127.0.0.1:9", language = Language.RU, work = Work.ON_DEMAND)
    VremenaCore.open(config, Ports(NothingKept, Offline, Unheard)).use { core ->
        Probe.beside(core).use { probe ->
            panicsStayInside(probe)
            measure(core, probe, rounds.toInt())
        }
        core.shutDown()
    }
}

private suspend fun panicsStayInside(probe: Probe) {
    val sync = runCatching { probe.panics() }.exceptionOrNull()
    val async = runCatching { probe.panicsAsync() }.exceptionOrNull()
    check(sync is CoreException.Internal) { "a panic became $sync" }
    check(async is CoreException.Internal) { "a panic became $async" }
    check(probe.small(1u) == 2u) { "the core does not go on" }
}

private suspend fun measure(core: VremenaCore, probe: Probe, rounds: Int) {
    val receipt = probe.page().first()
    val frame = ByteBuffer.allocateDirect(WIDTH * HEIGHT)
    repeat(WIDTH * HEIGHT) { frame.put(it, (it / WIDTH / 2 + 64).toByte()) }
    val last = frame.get(WIDTH * HEIGHT - 1).toUByte()
    val receipts = core.receipts()
    val live = core.scanner().live()
    val (width, height) = WIDTH.toUInt() to HEIGHT.toUInt()

    tell("small", median(rounds, 1_000) { check(probe.small(1u) == 2u) })
    tell("small_async", median(rounds, 100) { check(probe.smallAsync(1u) == 2u) })
    tell("echo", median(rounds, 100) { check(probe.echo(receipt).localId == 0L) })
    tell("page", median(rounds, 10) { check(probe.page().size == RECEIPTS) })
    tell("page_from_disk", median(rounds, 10) { check(receipts.page(null, RECEIPTS.toUInt()).size == RECEIPTS) })
    tell("frame", median(rounds, 100) { check(probe.frame(frame) == last) })
    tell("frame_scanned", median(rounds, 2) { check(live.frame(frame, width, height, width, Rotation.NONE).codes.isEmpty()) })
    tell("port", median(rounds, 1) { probe.ask(Stopped, ASKED.toUInt()) } / ASKED)
}

private fun tell(name: String, nanoseconds: Long) = println("$name $nanoseconds")

private suspend fun median(rounds: Int, calls: Int, call: suspend () -> Unit): Long {
    suspend fun batch(): Long {
        val start = System.nanoTime()
        repeat(calls) { call() }
        return (System.nanoTime() - start) / calls
    }
    // The virtual machine compiles what runs often: a good deal of that has to be over.
    repeat(rounds) { batch() }
    return List(rounds) { batch() }.sorted()[rounds / 2]
}

private object NothingKept : SecureStore {
    override fun load(key: String): ByteArray? = null

    override fun save(key: String, value: ByteArray) = Unit

    override fun remove(key: String) = Unit
}

private object Offline : Connectivity {
    override fun isOnline() = false
}

private object Unheard : LogSink {
    override fun log(record: LogRecord) = Unit
}

private object Stopped : Clock {
    private val at = Instant.parse("2026-03-14T12:00:00Z")

    override fun now(): Instant = at
}
