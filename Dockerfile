# The tests carry out every step of this file without Docker too: a step that only Docker can take has no place here.
FROM python:3.13.14-slim-trixie AS build
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --quiet --no-deps --wheel-dir /wheels .
# Without pip inside, and with everything compiled, as nobody may write there later.
RUN python -m venv --without-pip /opt/emulator \
    && python -m pip --python /opt/emulator/bin/python install --no-cache-dir --quiet --compile /wheels/*.whl \
    && mkdir /snapshots /ca

FROM python:3.13.14-slim-trixie
LABEL org.opencontainers.image.title="attachment-emulator" \
      org.opencontainers.image.description="Behaves like the file-attachment APIs of accounting vendors" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/emulator /opt/emulator
COPY --from=build --chown=10001:10001 /snapshots /snapshots
COPY --from=build --chown=10001:10001 /ca /ca
# The certificate authority is in /ca/attachment-emulator.
ENV PATH="/opt/emulator/bin:$PATH" \
    EMULATOR_HOST="0.0.0.0" \
    XDG_STATE_HOME="/ca"
USER 10001:10001
EXPOSE 4600
VOLUME /snapshots /ca
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s --retries=3 CMD ["attachment-emulator", "health"]
ENTRYPOINT ["attachment-emulator"]
CMD ["serve"]
