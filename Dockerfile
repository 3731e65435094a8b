# One image for every process of the service; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# The jail's seccomp filters are compiled by libseccomp; bubblewrap comes with its wheel.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 grader

WORKDIR /srv/grader

# Dependencies first: a change of our own code does not install torch anew.
COPY requirements.lock ./
RUN pip install --requirement requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY grader ./grader
COPY migrations ./migrations
COPY exercises ./exercises
RUN pip install --no-deps --no-build-isolation --editable .

USER grader
ENTRYPOINT ["grader"]
CMD ["--help"]
