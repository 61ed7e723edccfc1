package ru.vremenagoda.testing

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.TimeUnit
import kotlin.coroutines.CoroutineContext
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
import ru.vremenagoda.ffi.Work

/** Nobody's number. */
const val PHONE = "+79000000000"

/** Nobody else's. */
const val OTHER_PHONE = "+79000000001"

/** Saturday, 14 March 2026, 15:00 in Moscow. */
val START: Instant = Instant.parse("2026-03-14T12:00:00Z")

/** Nothing takes longer, even on a busy machine. */
val PATIENCE: Duration = Duration.ofSeconds(30)

/** Runs a test in a sandbox of its own; whatever becomes of it, nothing is left behind. */
fun <S : Sandbox> inSandbox(
    sandbox: S,
    patience: Duration = PATIENCE.multipliedBy(2),
    context: CoroutineContext = Dispatchers.Default,
    test: suspend S.() -> Unit,
): Unit = runBlocking(context) {
    try {
        withTimeout(patience.toMillis()) { sandbox.test() }
    } finally {
        withContext(NonCancellable) { sandbox.end() }
    }
}

/** The sandbox as a process, and what a phone that knows it is opened with. */
abstract class Sandbox(tls: Boolean = false) {
    private val folder = Files.createTempDirectory("vremena")
    private val process = start(folder, tls)
    private val told = told(process, if (tls) 6 else 3)

    val baseUrl: String = told[0]
    val admin = Admin(baseUrl = told[1], token = told[2])
    val trust: Trust? = if (tls) Trust.told(told.drop(3)) else null

    /** What a phone with nothing on it is opened with. */
    fun config(work: Work = Work.ON_DEMAND, language: Language = Language.RU): Config = Config(
        directory = Files.createTempDirectory(folder, "phone").toString(),
        baseUrl = baseUrl,
        language = language,
        work = work,
        extraRoots = listOfNotNull(trust?.root),
    )

    /** A folder that goes with the sandbox. */
    fun folder(): Path = Files.createTempDirectory(folder, "folder")

    /** The first receipt that the gallery has is rejected: the tax service knows other data. */
    suspend fun reject() {
        val verdict = buildJsonObject {
            put("state", "rejected")
            put("reason", "data_differ")
        }
        admin.call("POST", "receipts/${admin.receipts().single().text("receipt_id")}/verdict", verdict)
    }

    /** Gives a member twelve points, to the end of March. */
    suspend fun givePoints(member: String) {
        val entry = buildJsonObject {
            put("kind", "points")
            put("points", 12)
            put("expires", "2026-03-31")
        }
        admin.call("POST", "members/$member/ledger", entry)
    }

    /** Ends the apps that know this sandbox. */
    protected abstract suspend fun endPhones()

    @OptIn(ExperimentalPathApi::class)
    internal suspend fun end() {
        try {
            endPhones()
        } finally {
            endProcess(process)
            // An app that was only let go closes its files by and by, and takes some of them away.
            eventually("closed apps have closed their files") { Machine.openFiles(folder) == 0 }
            folder.deleteRecursively()
        }
    }

    private companion object {
        fun start(folder: Path, tls: Boolean): Process {
            val process = ProcessBuilder(
                System.getProperty("vremena.sandbox"), "sandbox",
                "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0",
                "--db", folder.resolve("gallery.db").toString(), "--start", START.toString(),
                *if (tls) arrayOf("--tls") else emptyArray(),
            ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            // A test run that is interrupted leaves no sandbox behind either.
            Runtime.getRuntime().addShutdownHook(Thread { process.destroyForcibly() })
            return process
        }

        /** What it says when it listens, a line for each thing. */
        fun told(process: Process, wanted: Int): List<String> {
            val lines = process.inputReader().lineSequence().take(wanted).toList()
            check(lines.size == wanted) { "the sandbox did not start: $lines" }
            return lines.map { it.substringAfterLast(' ') }
        }

        fun endProcess(process: Process) {
            process.destroy()
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly()
        }
    }
}
