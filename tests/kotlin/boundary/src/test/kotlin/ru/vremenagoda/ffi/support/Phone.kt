package ru.vremenagoda.ffi.support

import java.io.RandomAccessFile
import java.nio.file.Path
import java.time.Duration
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.Account
import ru.vremenagoda.ffi.Appeals
import ru.vremenagoda.ffi.Capture
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.ConsentChoice
import ru.vremenagoda.ffi.DrainBudget
import ru.vremenagoda.ffi.Events
import ru.vremenagoda.ffi.Feed
import ru.vremenagoda.ffi.Home
import ru.vremenagoda.ffi.Notices
import ru.vremenagoda.ffi.Outbox
import ru.vremenagoda.ffi.Programme
import ru.vremenagoda.ffi.Receipt
import ru.vremenagoda.ffi.Receipts
import ru.vremenagoda.ffi.Reminders
import ru.vremenagoda.ffi.Scanner
import ru.vremenagoda.ffi.Sync
import ru.vremenagoda.ffi.Texts
import ru.vremenagoda.ffi.VremenaCore
import ru.vremenagoda.ffi.Wallet
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.until

/** Files, ports, and the open core with all its parts. */
internal class Phone private constructor(val core: VremenaCore, val config: Config, val lent: Lent) {
    private val handles = ArrayDeque<AutoCloseable>(listOf(core))

    val account: Account = held(core.account())
    val appeals: Appeals = held(core.appeals())
    val events: Events = held(core.events())
    val feed: Feed = held(core.feed())
    val home: Home = held(core.home())
    val notices: Notices = held(core.notices())
    val outbox: Outbox = held(core.outbox())
    val programme: Programme = held(core.programme())
    val receipts: Receipts = held(core.receipts())
    val reminders: Reminders = held(core.reminders())
    val scanner: Scanner = held(core.scanner())
    val sync: Sync = held(core.sync())
    val texts: Texts = held(core.texts())
    val wallet: Wallet = held(core.wallet())

    /** Its folder. */
    val folder: Path get() = Path.of(config.directory)

    /** Reads all consents, and gives the required ones alone. */
    suspend fun consent() =
        account.decideConsents(account.consentDocuments().map { ConsentChoice(it.purpose, it.required) })

    /** Captures a receipt that must be new. */
    suspend fun capture(text: String): Receipt =
        assertInstanceOf<Capture.Captured>(receipts.captureText(text)).receipt

    /** Drains until the queue is empty, letting the time pass that it asks for. */
    suspend fun drained() {
        repeat(20) {
            val report = outbox.drain(DrainBudget())
            if (report.remaining == 0u) return
            report.nextDue?.let { due ->
                val wait = Duration.between(lent.clock.now(), due).plusMillis(1)
                if (!wait.isNegative) lent.clock.advance(wait)
            }
        }
        error("the queue is not empty")
    }

    /** Zeroes the page from which SQLite finds all others. The file must be closed. */
    fun losesFirstPage() {
        RandomAccessFile(folder.resolve("member.db").toFile(), "rw").use { it.write(ByteArray(PAGE)) }
    }

    /** Lets go of everything, as the end of a process does; nothing is told to the core. */
    fun close() = handles.forEach { it.close() }

    /** Ends the app at a definite moment. */
    suspend fun shutDown() {
        if (!core.uniffiIsDestroyed) core.shutDown()
        close()
    }

    private fun <T : AutoCloseable> held(part: T): T = part.also(handles::addFirst)

    companion object {
        private const val PAGE = 4_096

        suspend fun open(config: Config, lent: Lent): Phone =
            Phone(VremenaCore.open(config, lent.ports()), config, lent)
    }
}
