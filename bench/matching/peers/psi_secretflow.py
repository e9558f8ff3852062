"""SecretFlow's intersection by elliptic curves, two processes on loopback, both get the result: `psi_secretflow.py
LEFT.csv RIGHT.csv` prints JSON."""

import contextlib
import glob
import json
import multiprocessing
import os
import resource
import socket
import sys
import tempfile
import time


def cpu_seconds():
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def configuration(source, folder):
    import spu.psi as psi

    curve = psi.EcdhParams(curve=psi.EllipticCurveType.CURVE_25519)
    protocol = psi.PsiProtocolConfig(
        protocol=psi.PsiProtocol.PROTOCOL_ECDH, receiver_rank=0, broadcast_result=True, ecdh_params=curve
    )
    return psi.PsiExecuteConfig(
        protocol_conf=protocol,
        input_params=psi.InputParams(path=source, selected_keys=["id"], keys_unique=True),
        output_params=psi.OutputParams(path=os.path.join(folder, "out.csv"), disable_alignment=True),
    )


def party(rank, ports, source, results):
    import spu.psi as psi
    from spu import libspu

    os.dup2(2, 1)
    description = libspu.link.Desc()
    description.recv_timeout_ms = 600_000
    for number, port in enumerate(ports):
        description.add_party(f"party{number}", f"127.0.0.1:{port}")
    link = libspu.link.create_brpc(description, rank)
    with tempfile.TemporaryDirectory() as folder:
        before = cpu_seconds()
        report = psi.psi_execute(configuration(source, folder), link)
        results.put((rank, cpu_seconds() - before, report.intersection_count))
    link.stop_link()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def remove_new(before):
    for trace in set(glob.glob("/tmp/psi_*.trace")) - before:
        with contextlib.suppress(OSError):
            os.remove(trace)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    traces = set(glob.glob("/tmp/psi_*.trace"))
    ports, results, begun = [free_port(), free_port()], multiprocessing.Queue(), time.monotonic()
    parties = [
        multiprocessing.Process(target=party, args=(rank, ports, source, results), daemon=True)
        for rank, source in enumerate(sys.argv[1:3])
    ]
    for process in parties:
        process.start()
    done = [results.get(timeout=2400) for _ in parties]
    for process in parties:
        process.join(60)
    remove_new(traces)
    cpu = sum(seconds for _, seconds, _ in done)
    print(json.dumps({"cpu_s": cpu, "wall_s": time.monotonic() - begun, "found": done[0][2]}))
