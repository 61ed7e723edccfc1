package ru.vremenagoda.ffi.support

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.TimeUnit
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.deleteRecursively
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.Language
import ru.vremenagoda.ffi.Receipt
import ru.vremenagoda.ffi.ReceiptState
import ru.vremenagoda.ffi.Work

/** Nobody's number. */
const val PHONE = "+79000000000"

/** Nobody else's. */
const val OTHER_PHONE = "+79000000001"

/** Saturday, 14 March 2026, 15:00 in Moscow. */
val START: Instant = Instant.parse("2026-03-14T12:00:00Z")

/** Nothing takes longer, even on a busy machine. */
val PATIENCE: Duration = Duration.ofSeconds(30)

/** Runs a test against a gallery of its own; whatever becomes of it, nothing is left behind. */
fun inGallery(
    patience: Duration = PATIENCE.multipliedBy(2),
    tls: Boolean = false,
    test: suspend Gallery.() -> Unit,
): Unit = runBlocking(Dispatchers.Default) {
    val gallery = Gallery.start(tls)
    try {
        withTimeout(patience.toMillis()) { gallery.test() }
    } finally {
        withContext(NonCancellable) { gallery.end() }
    }
}

/** The sandbox as a process, and the phones that know it. */
class Gallery private constructor(
    private val process: Process,
    private val folder: Path,
    val baseUrl: String,
    val admin: Admin,
    val trust: Trust?,
) {
    private val phones = mutableListOf<Phone>()

    /** What a phone with nothing on it is opened with. */
    fun config(work: Work = Work.ON_DEMAND, language: Language = Language.RU): Config = Config(
        directory = Files.createTempDirectory(folder, "phone").toString(),
        baseUrl = baseUrl,
        language = language,
        work = work,
        extraRoots = listOfNotNull(trust?.root),
    )

    /** A folder that goes with the gallery. */
    fun folder(): Path = Files.createTempDirectory(folder, "folder")

    suspend fun phone(config: Config = config(), lent: Lent = Lent()): Phone =
        Phone.open(config, lent).also(phones::add)

    /** A phone on which this member is signed in and up to date. */
    suspend fun signedIn(phoneNumber: String = PHONE, config: Config = config(), lent: Lent = Lent()): Phone {
        val phone = phone(config, lent)
        signIn(phone, phoneNumber)
        phone.sync.pull()
        return phone
    }

    suspend fun signIn(phone: Phone, phoneNumber: String = PHONE) {
        phone.consent()
        phone.account.requestCode(phoneNumber)
        phone.account.signIn(phoneNumber, admin.code(phoneNumber))
    }

    /** The app is killed, and started again on the same files. */
    suspend fun restarted(phone: Phone, config: Config = phone.config): Phone {
        phone.close()
        return phone(config, phone.lent)
    }

    /** Time passes for the gallery and for `phone`. */
    suspend fun timePasses(phone: Phone, by: Duration) {
        admin.advance(by)
        phone.lent.clock.advance(by)
    }

    /** Half hours pass until the tax service has answered for everything that `phone` waits for. */
    suspend fun decided(phone: Phone): List<Receipt> {
        repeat(8) {
            timePasses(phone, Duration.ofMinutes(30))
            phone.sync.pull()
            val receipts = phone.receipts.page(null, 200u)
            if (receipts.all { it.state != ReceiptState.PENDING || it.reason != null }) return receipts
        }
        error("the tax service has not answered")
    }

    /** The first receipt of `phone`, which the gallery has rejected: the tax service knows other data. */
    suspend fun rejected(phone: Phone): Receipt {
        phone.capture(receiptText(1))
        phone.drained()
        val verdict = buildJsonObject {
            put("state", "rejected")
            put("reason", "data_differ")
        }
        admin.call("POST", "receipts/${admin.receipts().single().text("receipt_id")}/verdict", verdict)
        phone.sync.pull()
        return phone.receipts.page(null, 1u).single()
    }

    /** Gives the member of `phone` twelve points, to the end of March. */
    suspend fun points(phone: Phone) {
        val member = checkNotNull(phone.account.member()).memberId
        val entry = buildJsonObject {
            put("kind", "points")
            put("points", 12)
            put("expires", "2026-03-31")
        }
        admin.call("POST", "members/$member/ledger", entry)
        phone.sync.pull()
    }

    @OptIn(ExperimentalPathApi::class)
    internal suspend fun end() {
        try {
            phones.forEach { it.shutDown() }
        } finally {
            endProcess(process)
            // An app that was only let go closes its files by and by, and takes some of them away.
            eventually("closed apps have closed their files") { Machine.openFiles(folder) == 0 }
            folder.deleteRecursively()
        }
    }

    companion object {
        fun start(tls: Boolean = false): Gallery {
            val folder = Files.createTempDirectory("vremena")
            val process = ProcessBuilder(
                System.getProperty("vremena.sandbox"), "sandbox",
                "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0",
                "--db", folder.resolve("gallery.db").toString(), "--start", START.toString(),
                *if (tls) arrayOf("--tls") else emptyArray(),
            ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            // A test run that is interrupted leaves no gallery behind either.
            Runtime.getRuntime().addShutdownHook(Thread { process.destroyForcibly() })
            val wanted = if (tls) 6 else 3
            val lines = process.inputReader().lineSequence().take(wanted).toList()
            check(lines.size == wanted) { "the sandbox did not start: $lines" }
            val told = lines.map { it.substringAfterLast(' ') }
            val (gallery, admin, token) = told
            val trust = if (tls) Trust.told(told.drop(3)) else null
            return Gallery(process, folder, gallery, Admin(admin, token), trust)
        }

        private fun endProcess(process: Process) {
            process.destroy()
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly()
        }
    }
}
